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
 * alone, about what lies outside of the system's own schemas. What it says of its own database is said of `$fresh`, and
 * what of the objects that `postgres` is going to make, of `$admin`: both are names in quotes.
 */
export const pickRights = String.raw`${reader}
open my $file, '<', $ENV{roles} or die "$ENV{roles}: $!\n";
my %known = map { chomp; ($_ => 1) } <$file>;
my ($fresh, $admin) = @ENV{qw(fresh admin)};
my ($settings, $database, %missing, @strange, @last) = (0);

my $name = qr/(?:[a-z_][a-z0-9_\$]*|"(?:[^"\0]|"")+")/;
my $outside = qr/(?!"?(?:pg_|information_schema"?\.))$name/;
my $inside = qr/$outside\.$name/;
my $types = qr/\((?:[\w ,.*\[\]]|"(?:[^"\0]|"")*")*\)/;
my $called = qr/$inside$types/;
my $schema = qr/(?!"?(?:pg_|information_schema))$name/;
my $columns = qr/(?: ?\($name(?:, ?$name)*\))?/;
my $rights = qr/(?:GRANT OPTION FOR )?[A-Z ]+$columns(?:, ?[A-Z]+$columns)*/;
my $large = qr/LARGE OBJECT \d+/;
my $itself = qr/DATABASE \Q$fresh\E/;
my $trusted = qr/LANGUAGE (?:plpgsql|sql|plperl|pltcl)/;
my $object = qr/(?:(?:TABLE|SEQUENCE|TYPE) $inside|(?:FUNCTION|PROCEDURE) $called|SCHEMA $schema|$large|$itself|$trusted)/;
my $kinds = qr/(?:TABLES|SEQUENCES|FUNCTIONS|TYPES|SCHEMAS|LARGE OBJECTS)/;
my $operator = qr/OPERATOR $outside\.(?!\S*(?:--|\/\*))[-+*\/<>=~!@#%^&|\x60?]+ $types/;
my $owned = qr/(?:TABLE|VIEW|MATERIALIZED VIEW|FOREIGN TABLE|SEQUENCE|TYPE|DOMAIN|COLLATION|CONVERSION|STATISTICS|TEXT SEARCH (?:DICTIONARY|CONFIGURATION)) $inside/;
my $later = qr/ALTER DEFAULT PRIVILEGES FOR ROLE ($name)(?: IN SCHEMA $schema)?/;
my @forms = (
  qr/^ALTER (?:$owned|(?:FUNCTION|PROCEDURE|AGGREGATE) $called|$operator|SCHEMA $schema|PUBLICATION $name|$large|$itself) OWNER TO ($name)$/,
  qr/^GRANT $rights ON $object TO ($name|PUBLIC)(?: WITH GRANT OPTION)?$/,
  qr/^REVOKE $rights ON $object FROM ($name|PUBLIC)$/,
  qr/^$later GRANT $rights ON $kinds TO ($name|PUBLIC)(?: WITH GRANT OPTION)?$/,
  qr/^$later REVOKE $rights ON $kinds FROM ($name|PUBLIC)$/,
);

sub plain { my ($word) = @_; return $word unless $word =~ s/^"(.*)"$/$1/s; $word =~ s/""/"/g; return $word }

# Each object that changes hands is locked until the transaction ends, and a server has room for some thousands of locks.
my $given = 0;
sub give { print "COMMIT;\nBEGIN;\n" if $given++ % 1000 == 999; print "$_[0];\n" }

sub pick {
  my ($sql) = @_;
  $database = $1 if !defined $database && $sql =~ /^CREATE DATABASE ($name) /;
  $settings++ if $sql =~ /^ALTER (?:DATABASE $name(?! OWNER TO )|ROLE $name IN DATABASE) /;
  return if !ofRights($sql) || $sql =~ /SESSION AUTHORIZATION/;
  $sql =~ s/^(ALTER|(?:GRANT|REVOKE) [A-Z, ]+ ON) DATABASE \Q$database\E (?=OWNER TO|TO|FROM)/$1 DATABASE $fresh / if defined $database;
  # What belongs to a superuser there belongs to the administrator here.
  $sql =~ s/^(ALTER DEFAULT PRIVILEGES FOR ROLE )postgres /$1$admin /;
  my @roles = map { $sql =~ $_ } @forms;
  return if grep { $_ eq 'postgres' } @roles;
  unless (@roles) { push @strange, $sql unless $sql =~ / OWNER TO postgres$/; return }
  for my $role (map { $_ eq 'PUBLIC' ? () : plain($_) } @roles) {
    next if $known{$role};
    $missing{$role}++;
    return;
  }
  # A table takes its sequences along, which change hands by themselves only where it has not.
  if ($sql =~ /^ALTER SEQUENCE/) { push @last, $sql } else { give($sql) }
}

readSql(\&pick, sub { });
give($_) for @last;
for my $role (sort keys %missing) {
  print STDERR "what belongs or is granted to $role ($missing{$role}), a role that is not here, or may do more than a file may give\n";
}
if (@strange) {
  my $count = @strange;
  my @told = map { s/[^\x20-\x7e\x80-\xff]/?/gr } map { length > 120 ? substr($_, 0, 120) =~ s/[\xc0-\xff]?[\x80-\xbf]*\z/.../r : $_ } splice @strange, 0, 5;
  my $more = @strange > 0 ? sprintf ', and %d more', scalar @strange : '';
  print STDERR "$count owners or rights of a kind that is not carried over: ", join(', ', @told), "$more\n";
}
print STDERR "$settings settings of the database, or of roles in it\n" if $settings;
close STDOUT or die "cannot pass them on: $!\n";
`;
