#!/bin/sh
# Prints each event of a topic once, as key, type and data: events.sh kafka.example.jp:9092 kyodo.procurement.usage.v1
# Further arguments go to kcat, such as -X security.protocol=SASL_SSL.
set -eu
bootstrap=$1 topic=$2
shift 2
kcat -q -C -b "$bootstrap" -t "$topic" -o beginning -e -f '%k\t,%h\t%s\n' "$@" | awk -F '\t' '
    function header(name, text) {
        text = substr($2, index($2, "," name "=") + length(name) + 2)
        sub(/,.*/, "", text)
        return text
    }
    !seen[header("ce_id")]++ { print $1 "\t" header("ce_type") "\t" $3 }'
