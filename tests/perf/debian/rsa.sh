# RSA by OpenSSL's own measurement, a second of signatures (1) or verifications (2). It counts
# what it could do in the time, so there is no result to compare.
set -- "$1" "$2" "$(openssl speed -elapsed -mr -seconds 1 rsa2048 2>/dev/null | grep '^+F2:')"
rate=$(echo "$3" | cut -d: -f$((3 + $1)))
# The rate a second has six digits behind the point: so many operations in 1,000,000 seconds.
echo "$2 ${rate%.*}${rate#*.} 1000000000000000 0"
