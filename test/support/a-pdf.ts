import { deflateSync } from 'node:zlib';

export interface PdfSketch {
  readonly title?: string;
  /** It needs a password that nobody has. */
  readonly isLocked?: boolean;
}

/** A PDF with these words, one text for each page; no text: a page with nothing on it. */
export function aPdf(words: string | readonly string[], sketch: PdfSketch = {}): Buffer {
  const pages = (typeof words === 'string' ? [words] : words).map((text) =>
    stream(text === '' ? '' : `BT /F1 18 Tf 20 100 Td (${text}) Tj ET`),
  );
  return documentOf(pages, sketch);
}

/** A PDF of a few hundred bytes whose only page unpacks to so many. */
export function aPackedPdf(bytes: number): Buffer {
  const packed = deflateSync(deflateSync(Buffer.alloc(bytes, ' '))).toString('latin1');
  return documentOf([stream(packed, '/Filter [/FlateDecode /FlateDecode]')], {});
}

const stream = (content: string, facts = ''): string =>
  `<< /Length ${content.length} ${facts} >>\nstream\n${content}\nendstream`;

function documentOf(contents: readonly string[], { title, isLocked }: PdfSketch): Buffer {
  const first = 4;
  const kids = contents.map((_, at) => `${first + 2 * at} 0 R`);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...contents.flatMap((content, at) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents ${first + 2 * at + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      content,
    ]),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const start = text.length;
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  const facts = `/Size ${size} /Root 1 0 R ${info(title)} ${isLocked ? LOCK : ''}`;
  return Buffer.from(
    `${text}${table}trailer\n<< ${facts} >>\nstartxref\n${start}\n%%EOF\n`,
    'latin1',
  );
}

const info = (title: string | undefined): string =>
  title === undefined ? '' : `/Info << /Title (${title}) >>`;

const KEY = `<${'5a'.repeat(32)}>`;
const LOCK = `/Encrypt << /Filter /Standard /V 1 /R 2 /O ${KEY} /U ${KEY} /P -44 >> /ID [${KEY} ${KEY}]`;
