// Rows that a view shows: asked for one question at a time, and kept where nothing has changed.

/** What the server answers: equal rows have equal ids, and those that are known are not sent again. */
export interface RowsAnswer<Project> {
  readonly resultId: string;
  readonly projects: readonly Project[] | null;
}

export class Rows<Project> {
  private known: readonly Project[] | undefined;
  private resultId: string | undefined;
  private running: Promise<void> | undefined;
  private again = false;

  constructor(
    /** Undefined where no server runs. */
    private readonly ask: (previousResultId: string | undefined) => Promise<RowsAnswer<Project> | undefined>,
    private readonly changed: () => void,
  ) {}

  /** Undefined until the first answer. */
  get projects(): readonly Project[] | undefined {
    return this.known;
  }

  /** Asks again. What comes while a question is under way is one more, not many. */
  refresh(): Promise<void> {
    this.again = true;
    this.running ??= this.run().finally(() => { this.running = undefined; });
    return this.running;
  }

  /** The server went, and what it said with it. */
  forget(): void {
    this.resultId = undefined;
    if (this.known !== undefined) {
      this.known = undefined;
      this.changed();
    }
  }

  private async run(): Promise<void> {
    while (this.again) {
      this.again = false;
      const answer = await this.ask(this.resultId);
      if (answer?.projects) {
        this.known = answer.projects;
        this.resultId = answer.resultId;
        this.changed();
      }
    }
  }
}
