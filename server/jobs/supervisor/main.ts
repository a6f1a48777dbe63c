import { guard } from './guard.ts';
import { type Mode, Supervisor } from './supervise.ts';

// The program that outlives the editor: `supervisor start|resume|follow FOLDER` watches over a job,
// `supervisor guard COMMAND…` runs one of its commands.
const [verb, ...rest] = process.argv.slice(2);
if (verb === 'guard') {
  guard(rest);
} else {
  const supervisor = new Supervisor(rest[0]!);
  process.on('SIGTERM', () => supervisor.ask('stop'));
  process.on('SIGUSR2', () => supervisor.ask('kill'));
  // The end of the terminal or the editor that it was started from is none of its business.
  process.on('SIGHUP', () => {});
  process.on('SIGINT', () => {});
  await supervisor.run(verb as Mode);
  process.exit();
}
