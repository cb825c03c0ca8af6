# A SOCKS4a proxy around Perl's IO::Socket::Socks, which does the talking:  walls_socks4a.pl PORT
# (Of the proxies that Debian has as programs, none looks names up for SOCKS4.)
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::Socks qw(:DEFAULT :constants);

$SIG{CHLD} = 'IGNORE';
my $listener = IO::Socket::Socks->new(ProxyAddr => '127.0.0.1', ProxyPort => $ARGV[0], Listen => 64, SocksVersion => 4,
                                      SocksResolve => 1, ReuseAddr => 1) or die $SOCKS_ERROR;

sub serve {
  my ($client) = @_;
  my ($what, $host, $port) = @{$client->command()};
  my $server = IO::Socket::INET->new(PeerHost => $host, PeerPort => $port, Proto => 'tcp');
  $client->command_reply($server ? REQUEST_GRANTED : REQUEST_FAILED, '127.0.0.1', $port) or return;
  return unless $server;
  my $select = IO::Select->new($client, $server);
  while (1) {
    for my $from ($select->can_read) {
      my $to = $from == $client ? $server : $client;
      sysread($from, my $data, 16384) or return;
      while (length $data) {
        my $n = syswrite($to, $data) or return;
        substr($data, 0, $n) = '';
      }
    }
  }
}

while (1) {
  my $client = $listener->accept() or next;
  if (!fork) {
    serve($client);
    exit 0;
  }
}
