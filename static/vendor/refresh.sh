#!/bin/sh
# Fetches the pinned browser libraries from npm, with their licences. Run by hand; nothing needs node at run time.
# usage: static/vendor/refresh.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# take <package@version> <folder> <file in package> [more files]
take() {
    package=$1 folder=$2
    shift 2
    mkdir -p "$work/$folder" "$here/$folder"
    (cd "$work" && npm pack --silent "$package" >"$folder.name" && tar xzf "$(cat "$folder.name")" -C "$folder")
    rm -f "$here/$folder"/*.js
    for file in "$@"; do
        # A source map we do not ship would stop collectstatic, which follows that comment.
        sed '/^\/\/# sourceMappingURL=/d' "$work/$folder/package/$file" >"$here/$folder/$(basename "$file")"
    done
    echo "$package" >"$here/$folder/VERSION"
}

take htmx.org@2.0.11 htmx dist/htmx.min.js LICENSE
# The Alpine package carries no licence file: alpine-csp/LICENSE is written by hand from its repository.
take @alpinejs/csp@3.17.4 alpine-csp dist/cdn.min.js
take echarts@6.1.0 echarts dist/echarts.common.min.js LICENSE NOTICE licenses/LICENSE-d3
take idb@8.0.4 idb build/umd.js LICENSE
