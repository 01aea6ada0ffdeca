"""`python -m kith` is `kith`."""

from kith.cli import main

main()
