/** What the API answers, as people read it: tables, pages, sentences. Pure. */
@NullMarked
package io.vigia.supervisor.cli.text;

import org.jspecify.annotations.NullMarked;
