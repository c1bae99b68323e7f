/** Sealed values by name: what was taken along, forms under way, photos of the server. */
import { open, openBytes, seal, sealBytes, type Sealed } from "./crypto";
import type { Db, StoreName } from "./db";

export type ShelfName = Extract<StoreName, "fresh" | "drafts" | "photos">;

export class Shelf {
  constructor(
    private readonly db: Db,
    private readonly key: CryptoKey,
    private readonly name: ShelfName,
  ) {}

  async get<T>(id: string): Promise<T | null> {
    const sealed = await this.db.get<Sealed>(this.name, id);
    return sealed ? open<T>(this.key, sealed, this.label(id)) : null;
  }

  async put(id: string, value: unknown): Promise<void> {
    await this.db.put(this.name, id, await this.sealed(id, value));
  }

  /** The sealed form alone, to be written together with something else. */
  sealed(id: string, value: unknown): Promise<Sealed> {
    return seal(this.key, value, this.label(id));
  }

  async getBytes(id: string): Promise<ArrayBuffer | null> {
    const sealed = await this.db.get<Sealed>(this.name, id);
    return sealed ? openBytes(this.key, sealed, this.label(id)) : null;
  }

  async putBytes(id: string, bytes: ArrayBuffer): Promise<void> {
    await this.db.put(this.name, id, await sealBytes(this.key, bytes, this.label(id)));
  }

  delete(id: string): Promise<void> {
    return this.db.delete(this.name, id);
  }

  keys(): Promise<string[]> {
    return this.db.keys(this.name);
  }

  private label(id: string): string {
    return `${this.name}/${id}`;
  }
}
