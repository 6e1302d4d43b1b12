#!/bin/sh
# Bring Chromium and a Chinese font where that is ours to do: root on Debian. Elsewhere the browser tests skip and say so.
set -eu
if command -v chromium >/dev/null 2>&1 && [ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing chromium and fonts-noto-cjk for the browser tests" >&2
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
else
  echo "no chromium here and no right to install it: the browser tests will be SKIPPED" >&2
fi
