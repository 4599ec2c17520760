/**
 * The commands of the simulator beside those of a real container: the same lines are run in both, and
 * have to end in the same way with the same output.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { connect } from "../mod.ts";
import { systemClock } from "../src/testing/simulator/clock.ts";
import { Guest } from "../src/testing/simulator/guest/guest.ts";
import { uniqueName } from "./kit/case.ts";
import { runCommand } from "./kit/guest.ts";
import { presentServers } from "./kit/servers.ts";
import { imageAlias } from "./kit/setup.ts";

/** Lines of a shell, grouped by what they are about; those of a group share a container. */
const groups: Record<string, string[]> = {
  "words and quotes": [
    "echo a  'b  c' \"d  $HOME\" e\\ f",
    "echo -n x; echo -e 'a\\tb\\x41\\0101'; echo -- -n",
    "echo \"a\\$b\\`c\\\\d\\e\" 'it'\\''s'",
    "printf '%s-%d|%5s|%-5s|%05d|%x|%o|%c\\n' a 7 b c 42 255 8 xyz",
    "printf '%s\\n' one two three; printf '[%b]' 'a\\tb'; printf '%%\\n'",
    "printf '%.2f %e %g\\n' 3.14159 1234.5 0.5; printf '%d\\n' 0x10 010 -5",
    "x='a  b'; echo $x; echo \"$x\"; echo '$x'",
    'IFS=:; x=a:b::c; for i in $x; do echo "[$i]"; done',
    'set -- a \'b c\' d; echo $#; for i in "$@"; do echo "[$i]"; done; echo "$*"; shift; echo $1',
    'set -- x y; f() { echo $# $1; }; f "$@" \'p q\'; f $*; f "$*"',
    "echo $'a\\nb'",
    "echo ~ ~/x a~",
    'echo "${x-unset}" "${x:-empty}" ${HOME:+set} ${#HOME}; : ${y:=given}; echo $y',
    "p=/a/b/c.tar.gz; echo ${p##*/} ${p#*/} ${p%.*} ${p%%.*} ${p%/*}",
    "p=banana; echo ${p/a/o} ${p//a/o} ${p//an/} ${p/x/y}",
    "echo ${x?gone}; echo not reached",
    "echo $(echo a; echo b) `echo c`; echo \"$(printf 'x\\n\\n\\n')|\"",
    "echo $((1 + 2 * 3)) $((7 / 2)) $((7 % 3)) $((2 ** 8)) $((1 << 4 | 1)) $((5 > 3 && 2 < 1)) $((~5))",
    "i=5; echo $((i++)) $((++i)) $i $((i += 10)) $((i > 3 ? 1 : 0)) $((0x1f)) $((017))",
    "cat <<E\nhome $HOME $((1+1)) \\$x\nE\ncat <<'E'\nhome $HOME\nE\ncat <<-E\n\tindented\n\tE",
    "echo a#b # comment\n# another\necho c",
    "echo one \\\n two",
    "A=1 B=2 env | grep '^[AB]='; echo \"$A\"",
    "export X=1; sh -c 'echo $X'; unset X; echo \"[$X]\"",
    "é=1; echo é ü €",
  ],
  "control": [
    "true && echo yes || echo no; false && echo yes || echo no",
    "! true; echo $?; ! false; echo $?",
    "if false; then echo a; elif true; then echo b; else echo c; fi",
    "i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; echo $i; done",
    "until false; do echo once; break; done; for i in 1 2 3; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done",
    "for i in 1 2; do :; done; echo $i; for i in; do echo never; done; echo $?",
    "case abc in a*) echo first;; *) echo other;; esac; case x in y|x) echo or;; esac; case '*' in '\\*') echo no;; \\*) echo star;; esac",
    "case abc in [!a]*) echo no;; [a-c]b?) echo yes; esac",
    "f() { return 3; }; f; echo $?; g() { local x=1; echo $x; }; x=0; g; echo $x",
    "f() { [ $1 -le 0 ] && return; echo $1; f $(($1 - 1)); }; f 3",
    '(exit 4); echo $?; { echo a; echo b; } | wc -l; (x=1); echo "[$x]"',
    "exit 7; echo no",
    "set -e; false; echo no",
    "set -e; if false; then :; fi; false || true; echo yes; (false); echo no",
    "set -u; echo $undefined; echo no",
    "set -x; echo a 'b c'; x=1",
    "trap 'echo bye' EXIT; echo hi; exit 3",
    "trap 'echo got' USR1; kill -USR1 $$; echo after",
    "trap '' TERM; kill $$; echo alive",
    "eval 'echo $((1+1))' '; echo two'",
    "echo 'echo sourced $1; return 5' > /tmp/s; . /tmp/s; echo $?",
    "echo 'echo script $0 $1 $#' > /tmp/x; chmod +x /tmp/x; sh /tmp/x a b; printf '#!/bin/sh\\necho bang $1\\n' > /tmp/y; chmod 755 /tmp/y; /tmp/y z",
    "while getopts ab:c o -a -b val -x 2>/dev/null; do echo $o $OPTARG; done; echo $OPTIND",
    "command -v cd; type cd; command echo hi; command -v nosuch; echo $?",
    "sleep 0.1 & wait $!; echo $?; (exit 9) & wait $!; echo $?",
    "readonly r=1; r=2; echo no",
    "if true; then",
    "echo a; echo 'b",
    "fi",
    "echo a ;; echo b",
  ],
  "redirections": [
    "echo a > /tmp/f; echo b >> /tmp/f; cat /tmp/f; cat < /tmp/f | wc -l",
    "ls /nope 2>/dev/null; echo $?; ls /nope 2>&1 | cat",
    "{ echo out; echo err >&2; } 2>/tmp/e; cat /tmp/e",
    "exec 3>/tmp/three; echo three >&3; exec 3>&-; cat /tmp/three",
    "exec 3</etc/hosts; read a b <&3; echo $a; echo x >&9; echo $?",
    "echo x > /nope/y; echo $?; cat < /nope; echo $?",
    "echo x > /tmp; echo $?",
    ": > /tmp/empty; wc -c < /tmp/empty; [ -s /tmp/empty ]; echo $?",
    'while read a b; do echo "$b-$a"; done <<E\n1 2 3\n4 5\nE',
    "printf 'a\\\\\\nb\\nc\\\\d\\n' | { read x; echo $x; read -r y; echo \"$y\"; }",
    "printf 'no newline' | { read x; echo $? $x; }; read x < /dev/null; echo $?",
    "echo a:b:c | { IFS=: read x y; echo $x $y; }",
    "cat <&-; echo $?",
    "echo lost >&-; echo $?",
    "yes | head -n 2; echo $?",
    "echo abc | tee /tmp/t | tr a-c A-C; cat /tmp/t",
  ],
  "files": [
    "mkdir /tmp/d && cd /tmp/d && pwd && touch b a .c && ls && ls -a && ls -1 /tmp/d && cd .. && rmdir d; ls d; rm -r d; ls d",
    "mkdir -p /tmp/p/q/r; echo 1 > /tmp/p/q/r/f; find /tmp/p | sort; find /tmp/p -type f -name 'f*'; cp -r /tmp/p /tmp/copy; cat /tmp/copy/q/r/f; rm -rf /tmp/copy; ls /tmp/copy",
    "echo x > /tmp/m; mv /tmp/m /tmp/n; cat /tmp/n; cp /tmp/n /tmp/o; cmp /tmp/n /tmp/o; echo $?; mv /tmp/n /tmp/p/; ls /tmp/p",
    "ln -s /etc/hosts /tmp/l; readlink /tmp/l; cat /tmp/l; ls -l /tmp/l | cut -c1-10; readlink -f /tmp/l; [ -L /tmp/l ]; echo $?; ln -s x /tmp/l; echo $?",
    "ln /tmp/o /tmp/hard; echo more >> /tmp/hard; cat /tmp/o; stat -c '%h %s %a %u %g %F' /tmp/o; stat -c %F /tmp /tmp/l /dev/null",
    "chmod 4750 /tmp/o; stat -c '%a %A' /tmp/o; chmod u-s,g=r,o+x /tmp/o; stat -c '%a' /tmp/o; chmod a-w /tmp/o; stat -c %a /tmp/o",
    "chown 5:6 /tmp/o; stat -c '%u:%g' /tmp/o; chown nobody /tmp/o; stat -c '%U' /tmp/o; chown nosuch /tmp/o; echo $?",
    "umask; umask 077; touch /tmp/priv; stat -c %a /tmp/priv; mkdir /tmp/privd; stat -c %a /tmp/privd",
    "basename /a/b.txt .txt; basename /; dirname /a/b; dirname a; dirname /a",
    "cat /nope /etc/hosts; echo $?; rm /nope; rm -f /nope; echo $?; mkdir /tmp; rmdir /etc; cd /nope; cd /etc/hosts; cat /etc; rm /etc",
    "cd /etc; echo h*s p?sswd [gx]roup *.nope; echo /e*/hos*; cd /; echo */hosts",
    "touch -d @1000000000 /tmp/old; stat -c %Y /tmp/old; [ /etc/hosts -nt /tmp/old ]; echo $?; test -d /tmp -a -f /etc/hosts; echo $?",
    "[ a = a ]; echo $?; [ a != a ]; echo $?; [ -z '' ]; echo $?; [ -n '' ]; echo $?; [ 2 -gt 1 ]; echo $?; [ ! -e /nope ]; echo $?; [ -x /bin/ls ]; echo $?; [ ]; echo $?; [ x ]; echo $?; [ 1 -eq a ]; echo $?; [ a; echo $?",
    "dd if=/dev/zero of=/tmp/z bs=1000 count=3 2>/dev/null; wc -c /tmp/z; truncate -s 5 /tmp/z; wc -c < /tmp/z; du -s /tmp/nope; echo $?",
    "echo hi > /tmp/sha; sha256sum /tmp/sha; base64 /tmp/sha; echo aGkK | base64 -d; sha1sum < /tmp/sha; cmp /tmp/sha /etc/hosts",
    "echo $PWD; cd /tmp; echo $PWD $OLDPWD; cd - ; pwd; cd; pwd; cd ..; pwd",
  ],
  "text": [
    "seq 5; seq 2 4; seq 10 -5 0; seq -s, 3",
    "seq 20 | head -n 3; seq 20 | tail -n 2; seq 20 | head -c 4; echo; seq 5 | tail -n +4; seq 5 | head -n -3; seq 3 | head -1",
    "printf 'b\\na\\nc\\na\\n' | sort; printf 'b\\na\\na\\n' | sort -u; printf '10\\n9\\n' | sort; printf '10\\n9\\n' | sort -n; printf 'a 2\\nb 1\\n' | sort -k 2 -r",
    "printf 'a\\na\\nb\\n' | uniq; printf 'a\\na\\nb\\n' | uniq -c; printf 'a\\na\\nb\\n' | uniq -d",
    "printf 'a:b:c\\n' | cut -d: -f2; printf 'a:b:c\\n' | cut -d: -f1,3; echo abcdef | cut -c2-4; printf 'x\\n' | cut -d: -f2",
    "printf 'one two\\nthree\\n' | wc; printf 'one two\\n' | wc -w; wc -l /etc/hosts /etc/passwd",
    "grep root /etc/passwd; grep -c : /etc/passwd; grep -v root /etc/passwd; grep -n nobody /etc/passwd; grep -q nope /etc/passwd; echo $?; grep -i ROOT /etc/passwd | wc -l; grep x /nope; echo $?",
    "echo foo123bar | grep -o '[0-9]*'; echo 'a+b' | grep 'a+b'; echo aab | grep -E '^a+b$'; printf 'ab\\ncd\\n' | grep -e ab -c; echo a.b | grep -F .; echo word words | grep -w words",
    "echo hello | tr a-z A-Z; echo aabbcc | tr -s ab; echo hello | tr -d l; echo 'a b' | tr ' ' '\\n'; echo abc | tr '[:lower:]' '[:upper:]'; echo a1b2 | tr -cd '[:digit:]'",
    "echo hello world | sed 's/o/0/'; echo hello world | sed 's/o/0/g'; seq 5 | sed -n 2,3p; seq 3 | sed 2d; echo abc | sed 's/\\(a\\)\\(b\\)/\\2\\1/'; echo abc | sed -E 's/(a)(b)/\\2\\1/'; seq 3 | sed '$d'; printf 'a\\nb\\n' | sed '/a/s/a/x/'; echo a/b | sed 's|/|-|'; seq 3 | sed -e 's/1/one/' -e 's/2/two/'; echo k=v > /tmp/conf; sed -i 's/v$/w/' /tmp/conf; cat /tmp/conf; seq 4 | sed 2q; seq 3 | sed -n '$='; seq 2 | sed '1i x' | sed '2a y'",
    "seq 3 | rev; echo abc | rev; seq 3 | tac; seq 3 | xargs; seq 3 | xargs -n 1 echo n; echo a b | xargs -I {} echo [{}]",
    "printf 'a\\nb' | cat; cat -; cat /etc/hosts -",
  ],
  "the system": [
    "id; id -u; id -un; id -g; whoami; hostname >/dev/null; uname; uname -s; echo $?",
    "echo $HOME $USER $LANG $PATH; env | grep -c HOME; pwd; tty; stty size; echo $?",
    "date -u -d @0 +%Y-%m-%dT%H:%M:%S; date -d '2020-02-03 04:05:06' +%s; date -d @86400 '+%a %b %e %j' | cut -c1-10",
    "nosuch; echo $?; /etc/hosts; echo $?; /nope; echo $?; sh -c 'exit 5'; echo $?; sh /nope; echo $?",
    "kill -0 $$; echo $?; kill 99999; echo $?; kill; echo $?; kill -9 x; echo $?; sleep x",
    "sleep 100 & kill $!; wait $!; echo $?; sleep 100 & kill -9 $!; wait $!; echo $?",
    "which ls; which nosuch; echo $?; env -i X=1 env; env X=2 sh -c 'echo $X'; timeout 0.2 sleep 5; echo $?; timeout 5 true; echo $?",
    "sh -c 'kill -15 $$'; echo $?; sh -c 'kill -6 $$'; echo $?",
    "false; echo $?; head -n x; printf %d x; echo $?",
  ],
};

const [server] = presentServers();

for (const [about, lines] of Object.entries(groups)) {
  const name = `Commands end as in a container: ${about}`;
  if (!server) {
    Deno.test.ignore(name, () => {});
    continue;
  }
  Deno.test(name, async () => {
    await using client = await connect({ socket: server.socket });
    const source = { type: "image", alias: imageAlias } as const;
    const real = await client.instances.create({ name: uniqueName("lines"), source, start: true });
    const guest = new Guest({ clock: systemClock, hostname: real.name });
    guest.start();
    try {
      for (const line of lines) {
        const { code, stdoutText, stderrText } = await real.exec(["sh", "-c", line]);
        const simulated = await runCommand(guest, ["sh", "-c", line]);
        assertEquals(
          [simulated.return, simulated.stdout, simulated.stderr],
          [code, stdoutText, stderrText],
          line,
        );
      }
    } finally {
      guest.stop();
      await real.stop({ force: true });
      await real.delete();
    }
  });
}
