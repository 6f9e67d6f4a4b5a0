const places = [0, 8, 16];

export function Logo() {
  return (
    <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
      {places.flatMap((y) =>
        places.map((x) => {
          const centre = x === 8 && y === 8;
          return (
            <rect
              key={`${x} ${y}`}
              x={x}
              y={y}
              width="6"
              height="6"
              rx="1.8"
              fill={centre ? 'var(--accent)' : 'var(--ok)'}
              opacity={centre ? 1 : 0.6}
            />
          );
        }),
      )}
    </svg>
  );
}
