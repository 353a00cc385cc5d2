# syntax=docker/dockerfile:1
# TODO: yes dockerfile line
FROM debian:12 AS base
  # TODO: yes dockerfile indented
RUN echo "# TODO: no" \
    # TODO: yes dockerfile in a continued line
    && echo 'a'
LABEL note="# TODO: no"
COPY a b
# TODO: yes dockerfile at the end
