# shellcheck shell=sh disable=SC2034 # status is what those end with
# SPDX-License-Identifier: MIT
#
# What scripts that look at the sources share.  They read it when they are in
# the folder of the sources: a folder for their own files, and their complaints.
# They end with `exit $status`.
status=0
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT

complain()
{
    printf '%s\n' "$*"
    status=1
}
