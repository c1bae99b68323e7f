/** Notices when somebody sets the phone's clock while the app runs, by a clock that only counts forward. */
const JUMP_MS = 120_000;

export class ClockWatch {
  private wall: number;
  private counted: number;

  constructor(
    private readonly now: () => number = Date.now,
    private readonly count: () => number = () => performance.now(),
  ) {
    this.wall = now();
    this.counted = count();
  }

  /** How far the clock was set back since the last question, in ms; 0 when it runs as it should. Forward is no sign: a
   *  phone that slept counts less than its clock, and the server measures the drift anyway. */
  jump(): number {
    const [wall, counted] = [this.now(), this.count()];
    const jumped = wall - this.wall - (counted - this.counted);
    [this.wall, this.counted] = [wall, counted];
    return jumped < -JUMP_MS ? -jumped : 0;
  }
}
