// A section that never changes: the server wrote its HTML (`dashboard/still.py`), the application only puts it in place.
window.board_parts = {
  Still: function (props) {
    return React.createElement(props.tag, Object.assign({}, props.attributes, { dangerouslySetInnerHTML: { __html: props.html } }));
  },
};
