/** What is installed: the chart, the Kubernetes examples, the package and the image, each rendered or run. */
@NullMarked
package io.vigia.helm;

import org.jspecify.annotations.NullMarked;
