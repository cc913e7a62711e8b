# Perl: hashes, arrays, regular expressions, sorting, substitution.
use strict;
use warnings;
my $scale = shift;

my (%counts, @lines);
for my $i (1 .. 30 * $scale) {
    push @lines, join " ", map { sprintf "w%02x", $i * $_ % 97 } 0 .. 11;
}
for my $line (@lines) {
    $counts{$_}++ for split / /, $line;
}
my @order = sort { $counts{$b} <=> $counts{$a} || $a cmp $b } keys %counts;
print "@order[0 .. 4]\n";
my ($found, $changed) = (0, 0);
for my $line (@lines) {
    $found++ while $line =~ /w([0-9])([a-f])\b/g;
    (my $copy = $line) =~ s/(\w)(\w+)/$2$1/g;
    $changed += length $copy;
}
print "$found $changed\n";
my ($state, @numbers) = (1);
for (1 .. 150 * $scale) {
    $state = ($state * 1103515245 + 12345) & 0x7fffffff;
    push @numbers, $state;
}
my @sorted = sort { $a <=> $b } @numbers;
print "$sorted[10] $sorted[-10]\n";
