"""Hold a case in a process of its own: ``python locking.py CASE HEARTBEAT_S`` until its input ends."""

import sys

from ironquant.case.lock import lock_case


def main() -> None:
    with lock_case(sys.argv[1], heartbeat_s=float(sys.argv[2])):
        print("held", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
