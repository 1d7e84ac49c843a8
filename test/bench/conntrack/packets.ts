import type { BenchSpace } from './space.ts'

/**
 * Real UDP packets from 250 pods to port 53 of 40 addresses, each flow on a source port of its own: a raw socket, as
 * 50,000 bound ones would be another benchmark. `mixed`: one to three packets of 100 to 999 bytes, else one of 400.
 */
const sender = `
use Socket; use Time::HiRes qw(time sleep);
my ($first, $count, $rate, $mixed) = @ARGV;
socket(my $raw, PF_INET, SOCK_RAW, 255) or die "socket: $!"; # IPPROTO_RAW: the header is ours
my ($bytes, $began) = (0, time);
for my $i ($first .. $first + $count - 1) {
  my $length = $mixed ? 100 + $i % 900 : 400;
  my $to = pack('N', 0x0AC80002 + $i % 40);
  my $packet = pack('C2n3C2na4a4', 0x45, 0, 28 + $length, 0, 0, 64, 17, 0, pack('N', 0x0A010002 + $i % 250), $to)
    . pack('n4', 1024 + int($i / 250) % 64000, 53, 8 + $length, 0) . ("\\0" x $length);
  for (1 .. ($mixed ? 1 + $i % 3 : 1)) {
    send($raw, $packet, 0, sockaddr_in(0, $to)) or die "send: $!";
    $bytes += 28 + $length;
  }
  next if !$rate || $i % 20;
  my $wait = $began + ($i - $first) / $rate - time;
  sleep $wait if $wait > 0;
}
printf '{"bytes":%d,"perSecond":%d}', $bytes, $count / (time - $began);
`

export interface Sent {
  readonly bytes: number
  readonly perSecond: number
}

/** @param rate flows a second, 0 = as fast as it goes */
export function sendUdp(space: BenchSpace, first: number, count: number, rate = 0, mixed = false): Promise<Sent> {
  const child = space.spawn('perl', ['-e', sender, String(first), String(count), String(rate), mixed ? '1' : '0'])
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`packets: exit ${code}`))))
  })
}
