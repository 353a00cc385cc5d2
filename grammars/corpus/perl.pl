#!/usr/bin/perl
use strict; # TODO: yes, a line
my $a = "# TODO: no"; # TODO: yes, after a string
my $b = 'it\'s # TODO: no'; # TODO: yes
my $c = q(# TODO: no (nested)); # TODO: yes, after q
my $d = qq{# TODO: no}; # TODO: yes
my @e = qw/# TODO:no/; # TODO: yes
my $f = $#e; # TODO: yes, after a last index
my $g = $#{$a}; # TODO: yes
$a =~ m/# TODO: no/; # TODO: yes, after a match
$a =~ s/#/TODO: no/g; # TODO: yes, after a substitution
$a =~ s{#}{TODO: no}g; # TODO: yes
$a =~ tr/#'/_"/; # TODO: yes
$a =~ m#TODO: no#; # TODO: yes
if ($a =~ /'#/) { } # TODO: yes, after a regex
my $h = $f / 2; # TODO: yes, after a division
my @i = split /"/, $a; # TODO: yes
my %j = (y => 1, s => 2, q => 3); # TODO: yes, after keys
my $k = $j{s} + $j{y}; # TODO: yes
print <<"EOT"; # TODO: yes, on the line of a heredoc
# TODO: no
EOT
print <<~'EOT';
  # TODO: no
  EOT
my $l = 1 << 3; # TODO: yes
my $m = $'; # TODO: yes, after a special variable
my $n = $x // 'b'; # TODO: yes, after defined-or

=head1 NAME

TODO: yes, in POD

=cut

# TODO: yes, a body
#   that goes on
__END__
# TODO: no
