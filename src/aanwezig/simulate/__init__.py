"""Made-up registers with a known truth: to try, to test and to measure speed with."""

from aanwezig.simulate.lean import national
from aanwezig.simulate.parameters import Parameters
from aanwezig.simulate.run import SimulationSummary, simulate

__all__ = ["Parameters", "SimulationSummary", "national", "simulate"]
