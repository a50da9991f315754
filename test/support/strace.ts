/** What a traced process asked of the system: programs started, connections opened. */
import { readFileSync } from 'node:fs';

/** For strace, before the program: follows threads and children, and writes the calls that `callsOut` looks for. */
export function traceCallsOut(log: string): string[] {
  return ['-f', '-qq', '-o', log, '-e', 'trace=execve,execveat,socket,connect,sendto,bind'];
}

export function callsOut(log: string): { started: string[]; connected: string[] } {
  const calls = readFileSync(log, 'utf8').split('\n');
  return {
    // The first is the traced process itself.
    started: calls.filter((call) => call.includes('execve')).slice(1),
    // The C library asks the name-service cache for the account's name, on a socket of this machine.
    connected: calls.filter(
      (call) => /AF_INET6?\b|AF_NETLINK/.test(call) || /connect\((?!.*nscd)/.test(call),
    ),
  };
}
