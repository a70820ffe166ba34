#!/bin/sh
# Runs a module of scripts/ with a Python that is new enough, whatever its name.
cd "$(dirname "$0")/.." || exit 1
for python in python3.13 python3.12 python3.11 python3; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$python" -m "scripts.$@"
    fi
done
echo "需要 Python 3.11 或更新版本：请先安装（Debian 12 以上：apt-get install python3），再重新运行。" >&2
exit 1
