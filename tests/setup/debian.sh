# Unpacks a package of a newer Debian beside its own C library, leaving the machine's own packages alone; sourced after lib.sh.

# unpack_newer DEST SUITE PACKAGE: the package and all that it needs, below DEST.
unpack_newer() {
  local dest=$1 suite=$2 package=$3 apt=$1/.apt mirror deb
  command -v patchelf >/dev/null || die "patchelf is missing: tests/run packages"
  rm -rf "$dest"
  mkdir -p "$apt"/{etc/parts,state/lists/partial,cache/archives/partial}; touch "$apt/state/status"
  # the mirror that this machine already uses
  mirror=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null \
    | awk '/^URIs:/ { print $2; exit } $1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^[a-z]+:\/\//) { print $i; exit } }' || true)
  [ -n "$mirror" ] || die "found no Debian mirror in /etc/apt"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$apt/etc/sources.list"
  # an apt of its own: its lists, its cache, its idea that nothing is installed
  local private_apt=(apt-get -q -o Dir::Etc::sourcelist="$apt/etc/sources.list" -o Dir::Etc::sourceparts="$apt/etc/parts"
    -o Dir::Etc::preferencesparts="$apt/etc/parts" -o Dir::State="$apt/state" -o Dir::State::status="$apt/state/status"
    -o Dir::Cache="$apt/cache" -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
    -o Acquire::Retries=3 -o APT::Sandbox::User= -o Debug::NoLocking=1)
  quietly "$target/log/$package-$suite-update" "${private_apt[@]}" update
  quietly "$target/log/$package-$suite-install" "${private_apt[@]}" install -y --download-only --no-install-recommends "$package"
  for deb in "$apt"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$dest"; done
  rm -rf "$apt"
}

# own_library DEST PROGRAM: have a program below DEST take the C library that is unpacked there, so that it runs on an older Debian.
own_library() {
  local dest=$1 program=$2 libraries loader
  libraries=$(echo "$dest"/usr/lib/*-linux-gnu)
  loader=$(find "$libraries" -maxdepth 1 -name 'ld-linux-*.so.*' | head -n 1)
  patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$dest/$program"
}
