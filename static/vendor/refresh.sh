#!/bin/sh
# Fetches the pinned browser libraries and the typeface of papers from npm, with their licences, and lowers newer syntax to ES2018: htmx and
# Alpine use ?. and ??, which Chromium 78 cannot read. Run by hand; nothing needs node at run time.
# usage: static/vendor/refresh.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# copy <from> <to>: scripts lowered and without source maps (collectstatic would follow those), the rest as it is
copy() {
    case $1 in
    *.js) npx --yes esbuild@0.28.2 --target=es2018 --minify --charset=utf8 --log-level=error <"$1" |
        sed '/^\/\/# sourceMappingURL=/d' >"$2" ;;
    *) cp "$1" "$2" ;;
    esac
}

# take <package@version> <folder> <file in package> [more files]
take() {
    package=$1 folder=$2
    shift 2
    mkdir -p "$work/$folder" "$here/$folder"
    (cd "$work" && npm pack --silent "$package" >"$folder.name" && tar xzf "$(cat "$folder.name")" -C "$folder")
    rm -f "$here/$folder"/*.js
    for file in "$@"; do
        copy "$work/$folder/package/$file" "$here/$folder/$(basename "$file")"
    done
    echo "$package" >"$here/$folder/VERSION"
}

take htmx.org@2.0.11 htmx dist/htmx.min.js LICENSE
# The Alpine package carries no licence file: alpine-csp/LICENSE is written by hand from its repository.
take @alpinejs/csp@3.17.4 alpine-csp dist/cdn.min.js
take echarts@6.1.0 echarts dist/echarts.common.min.js LICENSE NOTICE licenses/LICENSE-d3
take idb@8.0.4 idb build/umd.js LICENSE

# The typeface of printed papers is read by the server only: it lies beside the code that prints.
typeface=@expo-google-fonts/noto-sans-sc@0.4.3
fonts=$here/../../exchange/papers/fonts
(cd "$work" && npm pack --silent "$typeface" | xargs tar xzf)
cp "$work"/package/400Regular/*.ttf "$work"/package/700Bold/*.ttf "$work/package/LICENSE_FONT" "$fonts"
echo "$typeface" >"$fonts/VERSION"

# The judge of accessibility is read by tests only and stays as it was published.
axe=axe-core@4.14.1
(cd "$work" && rm -rf package && npm pack --silent "$axe" | xargs tar xzf)
cp "$work/package/axe.min.js" "$work/package/LICENSE" "$here/../../liaison/tests/axe/"
echo "$axe" >"$here/../../liaison/tests/axe/VERSION"
