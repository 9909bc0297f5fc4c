# Sourced by the other scripts, in the checkout: builds both packages and makes $python, with the packages that are compared.
work=Benchmarks/.work
python=$PWD/$work/venv/bin/python
if [ ! -x "$python" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement Benchmarks/python/requirements.txt
fi
swift build -c release --product windhover >&2
swift build -c release --package-path Benchmarks >&2
windhover=$PWD/.build/release/windhover
peers=Benchmarks/.build/release/peers
