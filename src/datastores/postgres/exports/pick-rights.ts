// Functions' bodies, comments and the data of COPY are no statements, whatever they look like: so a dump is read as psql
// reads it, piece by piece, as it may be of any size. Programs of perl, which is wherever Debian's PostgreSQL is.

/** `readSql` hands each statement (its spaces made one, and as it is) to `statement`, all else to `other`. */
const reader = String.raw`
use strict; use warnings;
sub readSql {
  my ($statement, $other) = @_;
  local $/ = ";\n";
  my ($held, $enough, $more) = ('', 0, 1);
  while ($more) {
    my $piece = <STDIN>;
    $more = defined $piece;
    $held .= $piece if $more;
    next if $more && length $held < $enough;
    my ($sql, $done) = ('', 0);
    pos($held) = 0;
    while (pos($held) < length $held) {
      if ($held =~ /\G--[^\n]*(?:\n|\z)/gc) { next }
      if ($sql eq '' && $held =~ /\G\\[^\n]*(?:\n|\z)/gc) { $other->(substr $held, $done, pos($held) - $done); $done = pos $held; next }
      if ($held =~ /\G\s+/gc) { $sql .= ' ' if $sql ne ''; next }
      if ($held =~ /\G;\n?/gc) {
        $sql =~ s/ $//;
        $statement->($sql, substr $held, $done, pos($held) - $done);
        if ($sql =~ /^COPY .* FROM stdin$/s) {
          local $/ = "\n";
          my $rest = substr $held, pos $held;
          while (1) {
            my $line = $rest =~ s/\A([^\n]*\n)// ? $1 : undef;
            ($line, $rest) = ($rest . (<STDIN> // ''), '') unless defined $line;
            $other->($line);
            last if $line eq '' || $line =~ /^\\\.\r?\n?\z/;
          }
          $held = $rest;
          pos($held) = 0;
        }
        ($sql, $done) = ('', pos $held);
        next;
      }
      if ($held =~ /\G('(?:[^']++|'')*+'|"(?:[^"]++|"")*+"|\$\$.*?\$\$|\$([A-Za-z_]\w*)\$.*?\$\2\$)/gcs) { $sql .= $1; next }
      last if $held =~ /\G(?:['"]|\$(?:[A-Za-z_]\w*)?\$)/; # it goes on in the next piece
      $held =~ /\G([^\s;'"\$\\-]+|.)/gcs and $sql .= $1;
    }
    $held = substr $held, $done;
    # A long statement is not looked at anew for each piece of it.
    $enough = 2 * length $held;
  }
  $other->($held);
}
sub ofRights { $_[0] =~ /^(?:GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|SET SESSION AUTHORIZATION|RESET SESSION AUTHORIZATION)\b/ || $_[0] =~ /^ALTER .* OWNER TO \S/s }
`;

/** Passes a dump on without its owners, its rights, and what restricts psql: who reads it restricts that himself. */
export const withoutRights = String.raw`${reader}
sub pass { print $_[0] or die "cannot pass it on: $!\n" }
readSql(sub { pass($_[1]) unless ofRights($_[0]) }, sub { pass($_[0]) unless $_[0] =~ /^\\(?:un)?restrict /m });
close STDOUT or die "cannot pass it on: $!\n";
`;

/**
 * Reads a dump as SQL and prints the statements that give objects to owners, and rights on them to roles: those whose
 * roles are in the file `$roles`, a name a line. What it leaves out, it tells on stderr. The dump may come from anywhere,
 * and what is printed is done by a superuser: so nothing is passed on but statements of a few forms, of names and words
 * alone, about what lies outside of the system's own schemas.
 */
export const pickRights = String.raw`${reader}
open my $file, '<', $ENV{roles} or die "$ENV{roles}: $!\n";
my %known = map { chomp; ($_ => 1) } <$file>;
my ($strange, %missing, @last) = (0);

my $name = qr/(?:[a-z_][a-z0-9_\$]*|"(?:[^"\0]|"")+")/;
my $inside = qr/(?!"?(?:pg_|information_schema"?\.))$name\.$name/;
my $called = qr/$inside\((?:[\w ,.*\[\]]|"(?:[^"\0]|"")*")*\)/;
my $schema = qr/(?!"?(?:pg_|information_schema))$name/;
my $columns = qr/(?: ?\($name(?:, ?$name)*\))?/;
my $rights = qr/(?:GRANT OPTION FOR )?[A-Z ]+$columns(?:, ?[A-Z]+$columns)*/;
my $large = qr/LARGE OBJECT \d+/;
my $object = qr/(?:(?:TABLE|SEQUENCE|TYPE) $inside|(?:FUNCTION|PROCEDURE) $called|SCHEMA $schema|$large)/;
my $kinds = qr/(?:TABLES|SEQUENCES|FUNCTIONS|TYPES|SCHEMAS)/;
my $owned = qr/(?:TABLE|VIEW|MATERIALIZED VIEW|FOREIGN TABLE|SEQUENCE|TYPE|DOMAIN|COLLATION|STATISTICS) $inside/;
my $later = qr/ALTER DEFAULT PRIVILEGES FOR ROLE ($name)(?: IN SCHEMA $schema)?/;
my @forms = (
  qr/^ALTER (?:$owned|(?:FUNCTION|PROCEDURE|AGGREGATE) $called|SCHEMA $schema|$large) OWNER TO ($name)$/,
  qr/^GRANT $rights ON $object TO ($name|PUBLIC)(?: WITH GRANT OPTION)?$/,
  qr/^REVOKE $rights ON $object FROM ($name|PUBLIC)$/,
  qr/^$later GRANT $rights ON $kinds TO ($name|PUBLIC)(?: WITH GRANT OPTION)?$/,
  qr/^$later REVOKE $rights ON $kinds FROM ($name|PUBLIC)$/,
);

sub plain { my ($word) = @_; return $word unless $word =~ s/^"(.*)"$/$1/s; $word =~ s/""/"/g; return $word }

sub pick {
  my ($sql) = @_;
  return if !ofRights($sql) || $sql =~ /SESSION AUTHORIZATION/;
  my @roles = map { $sql =~ $_ } @forms;
  # What belongs to a superuser there belongs to the administrator here.
  return if grep { $_ eq 'postgres' } @roles;
  unless (@roles) { $strange++; return }
  for my $role (map { $_ eq 'PUBLIC' ? () : plain($_) } @roles) {
    next if $known{$role};
    $missing{$role}++;
    return;
  }
  # A table takes its sequences along, which change hands by themselves only where it has not.
  if ($sql =~ /^ALTER SEQUENCE/) { push @last, $sql } else { print "$sql;\n" }
}

readSql(\&pick, sub { });
print "$_;\n" for @last;
for my $role (sort keys %missing) {
  print STDERR "what belongs or is granted to $role ($missing{$role}), a role that is not here, or may do more than a file may give\n";
}
print STDERR "$strange owners or rights of a kind that is not carried over\n" if $strange;
close STDOUT or die "cannot pass them on: $!\n";
`;
