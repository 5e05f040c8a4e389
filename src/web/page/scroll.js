const NEAR_PX = 60;

/**
 * Keeps the newest text in sight while it grows, unless the reader has scrolled away from the bottom.
 *
 * @param {HTMLElement} box what scrolls
 * @param {HTMLElement} content what grows
 */
export function createFollower(box, content) {
  let following = true;
  let lastTop = 0;
  const toBottom = () => {
    following = true;
    box.scrollTop = box.scrollHeight;
  };
  const noticeScroll = () => {
    const isNear = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    // Text that grew also leaves the bottom out of sight; only the reader moves upward.
    if (isNear) following = true;
    else if (box.scrollTop < lastTop) following = false;
    lastTop = box.scrollTop;
  };
  const sizes = new ResizeObserver(() => {
    if (following) box.scrollTop = box.scrollHeight;
  });
  box.addEventListener('scroll', noticeScroll, { passive: true });
  sizes.observe(content);
  sizes.observe(box);
  return {
    toBottom,
    /**
     * Lets text appear above without moving what is being read.
     *
     * @param {() => Promise<void>} work
     */
    async holding(work) {
      following = false;
      const height = box.scrollHeight;
      await work();
      box.scrollTop += box.scrollHeight - height;
    },
    dispose: () => sizes.disconnect(),
  };
}
