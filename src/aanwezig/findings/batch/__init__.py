"""The duties of millions of pupils at once: numba kernels that must equal the plain functions.

The plain function is the specification (docs/decisions/0003). What a kernel cannot decide exactly it does
not decide: that pupil goes to the plain function.
"""

from aanwezig.findings.batch.duties import SCHEMA, Duties, duties_at_scale

__all__ = ["SCHEMA", "Duties", "duties_at_scale"]
