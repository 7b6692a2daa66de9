"""Settings of the application: ``base`` for all, ``production`` from the environment, ``demo`` and ``test``."""
