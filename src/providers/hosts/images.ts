const shape = /^(any|(debian|ubuntu)(-\d+(\.\d+)*)?)$/;

/** Why a host can never have an image of that name; null where one can. On hosts an image is an operating system. */
export const refusesImage = (image: string): string | null =>
  shape.test(image)
    ? null
    : `the provider hosts takes the images any, debian, debian-13, ubuntu-24.04 and their like, not ${image}: hosts keep the system that they have`;
