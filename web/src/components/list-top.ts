import { useLayoutEffect, useRef, useState } from 'react';

/** Where a virtual list begins on the page, px: what stands above it may grow. */
export function useListTop<T extends HTMLElement>() {
  const list = useRef<T>(null);
  const [top, setTop] = useState(0);
  // oxlint-disable-next-line react/exhaustive-deps -- after every render: a measure that is the same renders nothing.
  useLayoutEffect(() => {
    if (list.current) setTop(Math.round(list.current.getBoundingClientRect().top + window.scrollY));
  });
  return { list, top };
}
