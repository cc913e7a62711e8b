# A shell loop that forks: a command substitution and a program in each round.
i=0
while [ $i -lt "$1" ]; do
    i=$((i + 1))
    word=$(echo "round $i")
    /bin/true
done
echo "$word"
