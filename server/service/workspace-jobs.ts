import { JobDetails } from '../jobs/detail.ts';
import { Jobs } from '../jobs/listing.ts';
import { recoverJobs } from '../jobs/recover.ts';
import { type JobsWatch, watchJobs } from '../jobs/watch.ts';

/** The jobs of the bench that is open, watched. */
export class WorkspaceJobs {
  readonly jobs: Jobs;
  readonly details: JobDetails;
  readonly #watch: JobsWatch;

  /** In a folder that is trusted, what ended unseen is put right. */
  constructor(
    bench: string,
    trusted: boolean,
    onChange: (ids: string[]) => void,
    onProblem: (message: string) => void,
  ) {
    this.jobs = new Jobs(bench);
    this.details = new JobDetails(this.jobs);
    const seen = new Set<string>();
    const recover = () => {
      if (trusted) void recoverJobs(this.jobs, onProblem, seen);
    };
    recover();
    this.#watch = watchJobs(
      this.jobs,
      (ids) => {
        onChange(ids);
        recover();
      },
      onProblem,
    );
  }

  close(): void {
    this.#watch.close();
  }
}
