#!/bin/sh
# Runs Python in the project's environment and makes that first when it is missing: `config/virtualenv.sh -m pytest`.
cd "$(dirname "$0")/.." || exit 1
for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" -I config/virtualenv.py "$@"
    fi
done
echo "Sitelight needs Python 3.11 or newer. On Debian and Ubuntu: apt-get install python3 python3-venv" >&2
exit 1
