"""``python -m aanwezig``."""

from aanwezig.cli.main import main

if __name__ == "__main__":
    main()
