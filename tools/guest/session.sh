#!/bin/sh
# What busybox's init starts once the guest is up. Without /command it gives a shell on the
# console; with it, runs that, between two marks on the console that carry the exit status
# (see guest_command.py). Powers off afterwards.
cd /root || exit
if [ -f /command ]; then
    nonce=$(cat /nonce)
    dmesg -n 1     # kernel messages would land amid the output
    stty -opost    # bytes as they are
    printf '<zither;%s;begin>' "$nonce"
    sh /command </dev/null
    printf '<zither;%s;end;%d>' "$nonce" $?
    stty sane      # waits until all is written
else
    [ -z "$ROWS" ] || stty rows "$ROWS" cols "$COLS"
    echo "This is $(uname -srm). To leave: poweroff, or Ctrl-d."
    setsid cttyhack sh -l
fi
poweroff -f
