# Turns on what the agent counts with: sh -c "$(cat accounting.sh)" accounting FOLDER. Ends with 0 whatever happens.
for switch in nf_conntrack_acct nf_conntrack_events nf_conntrack_timestamp; do
  file="$1/$switch"
  before=$(cat "$file" 2>/dev/null) || before=missing
  if [ "$before" = 1 ]; then
    echo "$switch is 1 already"
  elif [ "$before" != missing ] && (echo 1 >"$file") 2>/dev/null; then
    echo "$switch was $before, is 1 now; it stays so when Weir is uninstalled"
  else
    echo "warning: $switch is $before and could not be set to 1: set it in the node's own configuration" >&2
  fi
done
