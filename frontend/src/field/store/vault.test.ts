// @vitest-environment node
import { expect, test } from "vitest";
import { digest, open, pinKey, seal, deviceKey, randomBytes } from "./crypto";
import { emptyDb, enrolled } from "./town";
import { ForeignStore, isWeak, MOST_TRIES, Vault, WrongPin } from "./vault";

const PIN = "481592";
const FEW_ROUNDS = 10;

async function phone() {
  const db = await emptyDb();
  const vault = new Vault(db, FEW_ROUNDS);
  const key = await vault.admit(enrolled(), PIN);
  return { db, vault, key };
}

test("the PIN opens what was sealed after the sign-in", async () => {
  const { vault, key } = await phone();
  const sealed = await seal(key, { words: "井盖没了" }, "here");

  const again = await vault.unlock(PIN);

  expect(await open(again, sealed, "here")).toEqual({ words: "井盖没了" });
  expect((await vault.enrolment(again)).token).toBe("token-7");
});

test("nothing that the phone keeps shows token, escrow or key", async () => {
  const { db } = await phone();

  const plain = JSON.stringify([await db.all("plain"), await db.all("keys")], (_name, value: unknown) =>
    value instanceof ArrayBuffer ? new TextDecoder("latin1").decode(value) : value,
  );

  expect(plain).not.toContain("token-7");
  expect(plain).not.toContain(enrolled().escrow);
  expect(plain).not.toContain("华网格");
});

test("a wrong PIN is counted, and the tenth takes away what a PIN opens", async () => {
  const { vault } = await phone();

  for (let left = MOST_TRIES - 1; left >= 0; left -= 1) {
    await expect(vault.unlock("000111")).rejects.toMatchObject({ left });
  }

  await expect(vault.unlock(PIN)).rejects.toThrow(WrongPin);
  expect(await vault.state()).toBe("pin_gone");
});

test("switching the phone off in the middle of a try gives no free try", async () => {
  const { db, vault } = await phone();
  db.left = 0;
  db.isAfter = true;

  await expect(vault.unlock(PIN)).rejects.toThrow();

  expect((await vault.lock())?.tries).toBe(1);
});

test("after ten wrong PINs the same person's sign-in opens the old queue with a new PIN", async () => {
  const { vault, key } = await phone();
  const sealed = await seal(key, 1, "x");
  for (let at = 0; at < MOST_TRIES; at += 1) await vault.unlock("000111").catch(() => null);

  await vault.admit({ ...enrolled(), token: "token-new" }, "604183");
  const again = await vault.unlock("604183");

  expect(await open(again, sealed, "x")).toBe(1);
  expect((await vault.enrolment(again)).token).toBe("token-new");
});

test("another person's sign-in does not open the store and leaves it as it is", async () => {
  const { vault } = await phone();

  await expect(vault.admit(enrolled(9, "周"), "604183")).rejects.toThrow(ForeignStore);

  await expect(vault.unlock(PIN)).resolves.toBeDefined();
});

test("a changed PIN opens the same data, the old one no more", async () => {
  const { vault, key } = await phone();
  const sealed = await seal(key, 1, "x");

  await vault.changePin(PIN, "604183");

  expect(await open(await vault.unlock("604183"), sealed, "x")).toBe(1);
  await expect(vault.unlock(PIN)).rejects.toThrow(WrongPin);
});

test("sealed content that was moved to another place does not open", async () => {
  const { key } = await phone();

  const sealed = await seal(key, 1, "commands/a");

  await expect(open(key, sealed, "commands/b")).rejects.toThrow();
});

test("the same PIN on another phone makes another key", async () => {
  const salt = randomBytes(16);
  const [one, other] = await Promise.all([deviceKey(), deviceKey()]);
  const sealed = await seal(await pinKey(PIN, salt, one, FEW_ROUNDS), 1, "x");

  await expect(open(await pinKey(PIN, salt, other, FEW_ROUNDS), sealed, "x")).rejects.toThrow();
});

test.each([["111111", true], ["123456", true], ["987654", true], ["12345", true], ["12a456", true], ["481592", false]])(
  "PIN %s is weak: %s",
  (pin, weak) => expect(isWeak(pin)).toBe(weak),
);

test("the hash of nothing is the known one", async () => {
  expect(await digest(new Uint8Array())).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});
