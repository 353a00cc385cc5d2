# Shared by the scripts of this folder and by tests/run; sourced, not run. Sets root, target, tools and editors.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
tools=$target/tools
editors=$target/editors

# say WORDS...: a line of progress, apart from what the tools print.
say() { printf '== %s\n' "$*"; }

# die WORDS...: what went wrong and, where one can say, what to do.
die() { printf 'tests: %s\n' "$*" >&2; exit 1; }

# as_root CMD...: with the rights of root, by sudo where we are not root.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "needs root for: $*"; fi
}

# quietly LOG CMD...: the output goes to a log, whose end is shown where the command fails.
quietly() {
  local log=$1; shift
  mkdir -p "$(dirname "$log")"
  "$@" > "$log" 2>&1 || { local code=$?; tail -n 40 "$log" >&2; die "exit $code from: $* (all of it in $log)"; }
}

# a script never ends in silence
trap 'printf "tests: %s stopped at line %s\n" "$0" "$LINENO" >&2' ERR
