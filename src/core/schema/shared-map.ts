/** A map whose copies share its content until one of them changes. */
export class SharedMap<Value> {
  #content: Map<string, Value>;
  #shared = false;

  constructor(content = new Map<string, Value>()) {
    this.#content = content;
  }

  /** A copy: costs nothing until either changes. */
  copy(): SharedMap<Value> {
    this.#shared = true;
    const copy = new SharedMap(this.#content);
    copy.#shared = true;
    return copy;
  }

  get(key: string): Value | undefined {
    return this.#content.get(key);
  }

  has(key: string): boolean {
    return this.#content.has(key);
  }

  keys(): readonly string[] {
    return [...this.#content.keys()];
  }

  values(): readonly Value[] {
    return [...this.#content.values()];
  }

  set(key: string, value: Value): void {
    if (this.#content.get(key) !== value) this.#own().set(key, value);
  }

  delete(key: string): void {
    if (this.#content.has(key)) this.#own().delete(key);
  }

  clear(): void {
    if (this.#content.size === 0) return;
    this.#content = new Map();
    this.#shared = false;
  }

  #own(): Map<string, Value> {
    if (this.#shared) {
      this.#content = new Map(this.#content);
      this.#shared = false;
    }
    return this.#content;
  }
}
