import { describe, expect, it } from 'vitest';
import { aPackedPdf, aPdf } from '../../support/a-pdf.ts';
import { said } from '../run.ts';
import { aSite } from './a-site.ts';
import { recordsIn, toolsOn } from './tools-on.ts';

const pdf = (bytes: Buffer) =>
  aSite((_, response) => {
    response.writeHead(200, { 'content-type': 'application/pdf' });
    response.end(bytes);
  });

/** Reads a document that lies on a site. */
async function reading(bytes: Buffer) {
  const site = await pdf(bytes);
  const { use } = toolsOn(site);
  const url = `${site.url}/paper.pdf`;
  const result = await use({ name: 'read_page', input: { url } });
  return { url, result, text: said(result) };
}

describe('read_page of a PDF', { timeout: 60_000 }, () => {
  it('gives the words of its pages and its title, and the document as its source', async () => {
    const { url, result, text } = await reading(
      aPdf(['Tea is a drink.', 'It is made of leaves.'], { title: 'On tea' }),
    );

    expect(recordsIn(text)).toEqual({
      url,
      title: 'On tea',
      text: 'Tea is a drink.\n\nIt is made of leaves.',
    });
    expect(result).toMatchObject({ sources: [{ title: 'On tea', url }] });
  });

  it('reads three hundred pages, and says that there are more', async () => {
    const pages = Array.from({ length: 302 }, (_, at) => `page ${at + 1}`);
    const { text } = await reading(aPdf(pages));

    expect(text).toContain('page 300');
    expect(text).not.toContain('page 301');
    expect(text).toContain('The page goes on, but no more of it is read.');
  });

  it.each([
    ['is locked', aPdf('secret', { isLocked: true }), 'The PDF is locked with a password.'],
    ['has pictures of pages only', aPdf(['', '']), 'The PDF has no text (pages: 2)'],
    ['is broken', Buffer.from('%PDF-1.4 and then nothing'), 'The PDF could not be read'],
    ['is empty', Buffer.alloc(0), 'The PDF could not be read'],
    [
      'unpacks to more than there is room for',
      aPackedPdf(100_000_000),
      'The PDF could not be read',
    ],
    [
      'is larger than is read',
      Buffer.concat([aPdf('words'), Buffer.alloc(16_000_000, ' ')]),
      'too_large: The PDF is larger than 16 MB.',
    ],
  ])('says why when it %s', async (_, bytes, why) => {
    expect((await reading(bytes)).text).toContain(why);
  });

  it('keeps the event loop free while a document takes its time', async () => {
    let beats = 0;
    const heart = setInterval(() => beats++, 5);
    await reading(aPackedPdf(30_000_000));
    clearInterval(heart);
    expect(beats).toBeGreaterThan(10);
  });

  it('gives a document up when its time is over', async () => {
    const site = await pdf(aPackedPdf(30_000_000));
    const { use, clock } = toolsOn(site);
    const result = use({ name: 'read_page', input: { url: site.url } });
    const hurry = setInterval(() => clock.increment(1_000), 5);
    const text = said(await result);
    clearInterval(hurry);
    expect(text).toMatch(/took too long to read|took longer than/);
  });
});
