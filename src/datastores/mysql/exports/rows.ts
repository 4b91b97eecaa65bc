// A dump has the values of each table in statements that begin a line; a value between quotes holds no line end.

/** A program of perl that passes a dump on and writes to the file in $rows how many rows it has of each table. */
export const countRows = String.raw`
my ($table, %rows, @order);
sub known { my ($name) = @_; push @order, $name unless exists $rows{$name}; $rows{$name} += 0; }
while (my $line = <STDIN>) {
  print $line or die "cannot pass it on: $!\n";
  my $values;
  if ($line =~ /^CREATE TABLE (?:IF NOT EXISTS )?${'`'}((?:[^${'`'}]|${'``'})+)${'`'} /) { known($1); next }
  if ($line =~ /^INSERT INTO ${'`'}((?:[^${'`'}]|${'``'})+)${'`'} (?:\((?:${'`'}(?:[^${'`'}]|${'``'})+${'`'}(?:, ?)?)+\) )?VALUES\s(.*)\z/s) { ($table, $values) = ($1, $2); known($table) }
  elsif (defined $table) { $values = $line }
  else { next }
  $values =~ s/'(?:[^'\\]++|\\.|'')*+'//gs;
  $rows{$table} += ($values =~ tr/(//);
  undef $table if $values =~ /;\s*\z/;
}
close STDOUT or die "cannot pass it on: $!\n";
open my $out, '>', $ENV{rows} or die "$ENV{rows}: $!\n";
for my $name (@order) {
  my $plain = $name;
  $plain =~ s/${'``'}/${'`'}/g;
  $plain =~ s/([\x00-\x1f"\\])/sprintf '\\u%04x', ord $1/ge;
  print $out "[\"\", \"$plain\", $rows{$name}]\n";
}
close $out or die "$ENV{rows}: $!\n";
`;

/**
 * A program of perl that takes from a dump who had defined a view, a trigger or a routine (nobody here is called so), and
 * what it says of the log of its server, which is not this one's.
 */
export const withoutDefiners = String.raw`
$_ = '' if /^SET \@\@GLOBAL\.GTID_PURGED=/ .. /;\s*$/;
$_ = '' if /^SET (?:\@MYSQLDUMP_TEMP_LOG_BIN = )?\@\@SESSION\.SQL_LOG_BIN\b/;
s/^((?:CREATE\b|\/\*!\d+ ).*?)\bDEFINER\s*=\s*${'`'}(?:[^${'`'}]|${'``'})*${'`'}@${'`'}(?:[^${'`'}]|${'``'})*${'`'}/$1/;`;
