#!/bin/sh
# One installation from its beginning to the new version, or back to the old one. It runs by itself: who started it
# may go. $1: install or restore. What it is about stands in the file "about" beside it; every phase has its limit.
umask 022
PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
here=$(cd "$(dirname "$0")" && pwd) && cd "$here" || exit 90
. ./about
export OKIBI_FILE OKIBI_FOLDER OKIBI_VERSION OKIBI_OLD OKIBI_BACKUP
mode=$1
claim=begun
[ "$mode" = restore ] && claim=restoring
echo $$ > "pid.$$" && ln "pid.$$" "$claim" 2>/dev/null || exit 91 # a link is made once, whoever asks how often
new="$OKIBI_FOLDER.okibi-new"
old="$OKIBI_FOLDER.okibi-old"
bad="$OKIBI_FOLDER.okibi-broken"

step() { printf '%s\n' "$1" >> steps; }
end() { printf '%s\n' "$*" > result.new && mv result.new result; exit 0; }
call() { [ -z "$2" ] || timeout -k 10 "$1" sh -c "$2" >> out 2>&1 < /dev/null; }

unpack() {
    rm -rf "$new" "$new.part" && mkdir -p "$new.part" || return 1
    case "$OKIBI_FILE" in
        *.zip) if command -v unzip > /dev/null; then unzip -q "$OKIBI_FILE" -d "$new.part"
            else python3 -m zipfile -e "$OKIBI_FILE" "$new.part"; fi ;;
        *) tar -xf "$OKIBI_FILE" -C "$new.part" ;;
    esac >> out 2>&1 || return 1
    if [ "$STRIP" = 1 ]; then
        set -- "$new.part"/*
        [ $# -eq 1 ] && [ -d "$1" ] && mv "$1" "$new" && rm -rf "$new.part" || return 1
    else
        mv "$new.part" "$new" || return 1
    fi
    [ -n "$(ls -A "$new")" ]
}

keep() { # what is to stay goes from the old folder into the new one, while nothing runs
    printf '%s' "$KEEP" | while IFS= read -r name; do
        if [ -e "$OKIBI_FOLDER/$name" ]; then
            rm -rf "${new:?}/$name" && mkdir -p "$(dirname "$new/$name")" && cp -pR "$OKIBI_FOLDER/$name" "$new/$name" || exit 1
        fi
    done >> out 2>&1
}

swap() {
    rm -rf "$old"
    if [ -e "$OKIBI_FOLDER" ]; then mv "$OKIBI_FOLDER" "$old" || return 1; else : > fresh; fi
    mv "$new" "$OKIBI_FOLDER"
}

save() {
    [ -z "$RESTORE" ] && [ -d "$OKIBI_FOLDER" ] || return 0
    rm -rf backup backup.part && cp -pR "$OKIBI_FOLDER" backup.part && mv backup.part backup
}

passed() { # seconds of a clock that nobody sets
    { read -r up _ < /proc/uptime; } 2> /dev/null && printf '%s' "${up%%.*}" || date +%s
}

healthy() {
    [ -z "$HEALTH" ] && return 0
    began=$(passed)
    while ! call 30 "$HEALTH"; do
        [ $(($(passed) - began)) -ge "$HEALTH_LIMIT" ] && return 1
        sleep 1
    done
}

number() { printf '%s' "$1" | tr '\n' ' ' | sed 's/[^0-9]*\([0-9][0-9.]*\).*/\1/; s/\.$//; s/\(\.0\)*$//'; }

is_new() { # "4.3" and "4.3.0" are one number; what follows a hyphen has to be there word by word
    got=$(timeout -k 5 60 sh -c "$VERSION" 2>> out < /dev/null | head -c 300)
    printf '%s' "$got" > version
    case "$OKIBI_VERSION" in
        *-*) case "$got" in *"$OKIBI_VERSION"*) return 0 ;; esac; return 1 ;;
    esac
    [ "$(number "$got")" = "$(number "$OKIBI_VERSION")" ]
}

restored() {
    if [ -n "$RESTORE" ]; then
        call "$LIMIT" "$RESTORE"
    elif [ "$INSTALL" = archive ]; then
        rm -rf "$bad"
        if [ -e "$old" ]; then
            if [ -e "$OKIBI_FOLDER" ]; then mv "$OKIBI_FOLDER" "$bad" || return 1; fi
            mv "$old" "$OKIBI_FOLDER"
        elif [ -e fresh ] && [ -e "$OKIBI_FOLDER" ]; then
            mv "$OKIBI_FOLDER" "$bad"
        fi
    elif [ -d backup ]; then
        rm -rf "$bad" "$new" && cp -pR backup "$new" || return 1
        if [ -e "$OKIBI_FOLDER" ]; then mv "$OKIBI_FOLDER" "$bad" || return 1; fi
        mv "$new" "$OKIBI_FOLDER"
    fi
}

back() {
    step returning
    call 300 "$STOP"
    restored >> out 2>&1 || end "broken $*"
    rm -rf "$new" "$new.part" "$bad"
    call 300 "$START" || end "unwell $*"
    if [ -e fresh ] || healthy; then end "back $*"; else end "unwell $*"; fi
}

[ "$mode" = restore ] && back cut
if [ "$INSTALL" = archive ]; then
    step unpacking
    unpack || { rm -rf "$new" "$new.part"; end "failed unpack"; }
fi
step stopping
call 300 "$STOP" || back stop
step saving
if [ "$INSTALL" = archive ]; then
    keep || back save
    step installing
    swap >> out 2>&1 || back swap
else
    save >> out 2>&1 || back save
    step installing
    call "$LIMIT" "$COMMAND" || back install $?
fi
step starting
call 300 "$START" || back start
step checking
healthy || back health
is_new || back version
rm -rf "$old" "$bad" backup
end ok
