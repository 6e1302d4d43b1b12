#!/bin/sh
# Install zhibiao from an unpacked offline bundle; nothing is fetched. Running it again, also from a newer bundle, is safe:
# the data folder is not touched.
#
#   sh install.sh [/opt/zhibiao]
set -eu
target=${1:-/opt/zhibiao}
cd "$(dirname "$0")"
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "需要 Python 3.11 或更新；现在是 $("$python" --version 2>&1)。什么也没有装。" >&2
  exit 6
}
sha256sum --quiet -c SHA256SUMS || {
  echo "安装包不完整或被改动过，什么也没有装。请重新拷贝整个压缩包。" >&2
  exit 5
}
[ -x "$target/bin/python" ] || "$python" -m venv "$target"
install="$target/bin/python -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels"
$install --require-hashes -r requirements.txt
$install --no-deps --force-reinstall wheels/zhibiao-*.whl
"$target/bin/zhibiao" --help >/dev/null
echo "已装到 $target。下一步：$target/bin/zhibiao init --data /srv/zhibiao --user 管理员" >&2
