"""`python -m service` is `formwell`."""

from service.cli import main

if __name__ == "__main__":
    main()
